// «Leave this page»: another site takes the place of this one, in every tab of these pages. Shift three times does it too.

const link = document.getElementById("leave");
const tabs = new BroadcastChannel("leave");
const WITHIN = 5000;
let presses = [];

function leave() {
  document.body.hidden = true; // nothing is to be seen while the other site loads
  location.replace(link.href);
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

// Only Shift by itself counts: with a letter, or with a click in between, it is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") presses = [];
  else if (!event.repeat) press(event.timeStamp);
});
document.addEventListener("pointerdown", () => { presses = []; });

function press(now) {
  presses = [...presses.filter((time) => now - time < WITHIN), now];
  if (presses.length === 3) leaveAll();
}

for (const hint of document.querySelectorAll(".only-script")) hint.hidden = false;
