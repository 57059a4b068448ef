// Marks all sentences of a quote: the address names the first by its anchor, and the last by «to».

function mark() {
  for (const marked of document.querySelectorAll(".marked")) marked.classList.remove("marked");
  const name = location.hash.slice(1);
  document.getElementById(name)?.closest("details")?.setAttribute("open", "");
  const sentences = [...document.querySelectorAll(".s")];
  // What stays closed until it is opened has its anchor outside, and its sentences only their names.
  const named = (wanted) => sentences.find((one) => (one.id || one.dataset.place) === wanted);
  const first = named(name);
  const last = named(new URLSearchParams(location.search).get("to"));
  // Also when it is one sentence: an address that names words as well leaves the style sheet without a target.
  if (first) markBetween(first, last ?? first, sentences);
}

function markBetween(first, last, sentences) {
  for (const sentence of sentences.slice(sentences.indexOf(first), sentences.indexOf(last) + 1)) {
    sentence.classList.add("marked");
  }
}

addEventListener("hashchange", mark);
mark();
