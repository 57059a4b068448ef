// Shows only the works that have the words which are typed; nothing is sent.

const filter = document.getElementById("filter");
const box = document.getElementById("find");
const found = document.getElementById("found");
const works = [...document.querySelectorAll(".work")];

function narrow() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const work of works) {
    const text = work.textContent.toLowerCase();
    work.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of document.querySelectorAll(".publisher")) group.hidden = !group.querySelector(".work:not([hidden])");
  found.textContent = words.length ? `${works.filter((work) => !work.hidden).length} of ${works.length} works` : "";
}

box.addEventListener("input", narrow);
filter.hidden = false;
