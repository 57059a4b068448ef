// Leaving in a hurry: Shift three times, and another page in place of this one.

// A page that gives no hint of what was read before; the operator's own comes as `exit-url`.
export const EXIT = "https://www.bbc.com/weather";
const WITHIN = 5000;
// A screen reader may keep the other key of Shift+H to itself; a Shift that is held longer than this is no tap.
const TAP = 250;

/**
 * Calls `leave` when Shift was tapped three times, nothing else in between.
 * @param {() => void} leave @param {AbortSignal} signal
 */
export function watchShift(leave, signal) {
  let down = -Infinity;
  /** @type {number[]} */
  let taps = [];
  /** @param {Event & {key?: string, repeat?: boolean}} event */
  const watch = ({ type, key, repeat, timeStamp: now }) => {
    if (type === "keydown" && key === "Shift") {
      if (!repeat) down = now;
      return;
    }
    const tapped = key === "Shift" && now - down <= TAP;
    down = -Infinity;
    taps = tapped ? [...taps.filter((time) => now - time < WITHIN), now] : [];
    if (taps.length === 3) leave();
  };
  for (const type of ["keydown", "keyup", "pointerdown"]) window.addEventListener(type, watch, { signal, capture: true });
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
