// Where the focus may go, to a part of an answer and to nothing outside a panel that fills the screen; and what is seen.

// Where the panel does: the same in style.css.
export const NARROW = matchMedia("(max-width: 479.98px)");
// Where a box that has the focus calls up a keyboard that covers half of the screen.
export const TOUCH = matchMedia("(hover: none) and (pointer: coarse)");

/** @param {HTMLElement} root @param {string} selector */
export function focusOn(root, selector) {
  const found = /** @type {HTMLElement | null} */ (root.querySelector(selector));
  if (found?.parentElement instanceof HTMLDetailsElement) found.parentElement.open = true;
  found?.focus();
}

/** As much of a turn is in sight as has room, its beginning first. @param {HTMLElement} turn */
export function bringIntoView(turn) {
  turn.scrollIntoView({ block: "nearest" });
}

/** A box is as high as what is typed in it, up to the limit of its style. @param {HTMLTextAreaElement} box */
export function fitHeight(box) {
  box.style.blockSize = "";
  if (box.value) box.style.blockSize = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

/**
 * A launcher is out of the way of someone who reads on, and back as soon as they scroll up.
 * @param {HTMLElement} launcher @param {AbortSignal} signal
 */
export function stepAside(launcher, signal) {
  let before = scrollY;
  addEventListener("scroll", () => {
    if (Math.abs(scrollY - before) < 8) return;
    launcher.classList.toggle("aside", scrollY > before && scrollY > 0);
    before = scrollY;
  }, { passive: true, signal });
}

/**
 * A panel that fills the screen ends where a keyboard on the screen begins.
 * @param {HTMLElement} panel @param {AbortSignal} signal
 */
export function keepAboveKeyboard(panel, signal) {
  const seen = window.visualViewport;
  const fit = () => {
    const covers = NARROW.matches && seen?.scale === 1 && innerHeight - seen.height > 80;
    panel.style.blockSize = covers ? `${seen.height}px` : "";
    panel.style.insetBlockStart = covers ? `${seen.offsetTop}px` : "";
  };
  for (const type of ["resize", "scroll"]) seen?.addEventListener(type, fit, { signal });
}

/**
 * Makes a floating panel a modal dialog where it fills the screen, so that nothing it covers can be reached.
 * @param {HTMLElement | undefined} panel @param {boolean} open
 */
export function placePanel(panel, open) {
  if (!(panel instanceof HTMLDialogElement)) return;
  const focused = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (panel.getRootNode()).activeElement);
  panel.close();
  const covers = open && NARROW.matches;
  if (covers) panel.showModal();
  else panel.open = open;
  if (open) (focused ?? (covers ? panel : null))?.focus(); // does nothing where it is hidden now
}
