// Leaving in a hurry: Shift three times, and another page in place of this one.

// A page that gives no hint of what was read before; the operator's own comes as `exit-url`.
export const EXIT = "https://www.bbc.com/weather";
const WITHIN = 5000;
// A screen reader may keep the other key of Shift+H to itself; a Shift that is held longer than this is no tap.
const TAP = 250;
const OTHERS = ["Alt", "AltGraph", "Control", "Meta"];

/**
 * Calls `leave` when Shift was tapped three times, no other key held and nothing else in between: Alt and Shift change
 * the language of the keyboard, and Shift and the wheel scroll sideways.
 * @param {() => void} leave @param {AbortSignal} signal
 */
export function watchShift(leave, signal) {
  let down = -Infinity;
  /** @type {number[]} */
  let taps = [];
  /** @param {Event & Partial<KeyboardEvent>} event */
  const watch = (event) => {
    const { type, key, repeat, timeStamp: now } = event;
    const alone = key === "Shift" && !OTHERS.some((other) => event.getModifierState?.(other));
    if (type === "keydown" && alone) {
      if (!repeat) down = now;
      return;
    }
    const tapped = alone && now - down <= TAP;
    down = -Infinity;
    taps = tapped ? [...taps.filter((time) => now - time < WITHIN), now] : [];
    if (taps.length === 3) leave();
  };
  for (const type of ["keydown", "keyup", "pointerdown", "wheel"]) window.addEventListener(type, watch, { signal, capture: true });
}

/**
 * Another page takes the place of this one, and of the page around it, and is not told which that was.
 * @param {string} url
 */
export function leaveFor(url) {
  document.head?.append(Object.assign(document.createElement("meta"), { name: "referrer", content: "no-referrer" }));
  // Nothing is to be seen while the other page loads, whatever the page's own style says.
  document.documentElement.style.setProperty("display", "none", "important");
  try {
    (window.top ?? window).location.replace(url);
  } catch {
    location.replace(url); // a frame that may not leave for the whole page
  }
}
