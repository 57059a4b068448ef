// "Leave this page": another site takes the place of this one, in every tab of these pages. Shift three times does it too.

const link = document.getElementById("leave");
const tabs = new BroadcastChannel("leave");
const WITHIN = 5000;
// A screen reader may keep the other key of Shift+H to itself; a Shift that is held longer than this is no tap.
const TAP = 250;
const OTHERS = ["Alt", "AltGraph", "Control", "Meta"];
let down = -Infinity;
let taps = [];

function leave() {
  document.body.hidden = true; // nothing is to be seen while the other site loads
  try {
    top.location.replace(link.href); // the whole page, of which this may be a frame
  } catch {
    location.replace(link.href); // a frame that may not leave for the whole page
  }
}

function leaveAll() {
  tabs.postMessage("leave");
  leave();
}

tabs.addEventListener("message", leave);

link.addEventListener("click", (event) => {
  event.preventDefault();
  leaveAll();
});

// Only Shift by itself counts, no other key held and nothing else in between: Alt and Shift change the language of the
// keyboard, and Shift and the wheel scroll sideways.
function watch(event) {
  const { type, key, repeat, timeStamp: now } = event;
  const alone = key === "Shift" && !OTHERS.some((other) => event.getModifierState?.(other));
  if (type === "keydown" && alone) {
    if (!repeat) down = now;
    return;
  }
  const tapped = alone && now - down <= TAP;
  down = -Infinity;
  taps = tapped ? [...taps.filter((time) => now - time < WITHIN), now] : [];
  if (taps.length === 3) leaveAll();
}

for (const type of ["keydown", "keyup", "pointerdown", "wheel"]) document.addEventListener(type, watch);

// Links within a page add nothing to the history, so that Back cannot return to the page that was left.
document.addEventListener("click", (event) => {
  const within = event.target.closest("a[href^='#']");
  if (!within || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  location.replace(within.hash);
});

for (const hint of document.querySelectorAll(".only-script")) hint.hidden = false;
