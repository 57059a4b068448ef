// Shows only the works that have the words which are typed; nothing is sent.

const filter = document.getElementById("filter");
const box = document.getElementById("find");
const found = document.getElementById("found");
const works = [...document.querySelectorAll(".work")].map((work) => ({ work, text: wordsOf(work) }));

// What is the work's own: its title and addresses, and the sentences that rest on it, without our words around them.
function wordsOf(work) {
  const own = work.cloneNode(true);
  const addresses = [...own.querySelectorAll(".links a")].map((link) => link.href);
  for (const ours of own.querySelectorAll(".links, .resting a, summary")) ours.remove();
  return [own.textContent, ...addresses].join(" ").toLowerCase();
}

function narrow() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { work, text } of works) {
    work.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of document.querySelectorAll(".publisher")) group.hidden = !group.querySelector(".work:not([hidden])");
  found.textContent = words.length ? `${works.filter(({ work }) => !work.hidden).length} of ${works.length} works` : "";
}

box.addEventListener("input", narrow);
filter.hidden = false;
