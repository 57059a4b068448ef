// Where the focus may go, to a part of an answer and to nothing outside a panel that fills the screen; and what is seen.

// Where the panel does: the same in style.css.
export const NARROW = matchMedia("(max-width: 479.98px)");

/** @param {HTMLElement} root @param {string} selector */
export function focusOn(root, selector) {
  const found = /** @type {HTMLElement | null} */ (root.querySelector(selector));
  if (found?.parentElement instanceof HTMLDetailsElement) found.parentElement.open = true;
  found?.focus();
}

/**
 * What leads to an answer is in sight, and with it the beginning of the answer itself.
 * @param {HTMLElement} turn @param {HTMLElement} go
 */
export function bringIntoView(turn, go) {
  go.scrollIntoView({ block: turn.getBoundingClientRect().top > innerHeight * 0.6 ? "start" : "nearest" });
}

/**
 * Makes a floating panel a modal dialog where it fills the screen, so that nothing it covers can be reached.
 * @param {HTMLElement | undefined} panel @param {boolean} open
 */
export function placePanel(panel, open) {
  if (!(panel instanceof HTMLDialogElement)) return;
  const focused = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (panel.getRootNode()).activeElement);
  panel.close();
  if (open && NARROW.matches) panel.showModal();
  else panel.open = open;
  if (open) focused?.focus(); // does nothing where it is hidden now
}
