// Marks all sentences of a quote: the address names the first by its anchor, and the last by «to».

function mark() {
  for (const marked of document.querySelectorAll(".marked")) marked.classList.remove("marked");
  const target = document.getElementById(location.hash.slice(1));
  target?.closest("details")?.setAttribute("open", "");
  const last = document.getElementById(new URLSearchParams(location.search).get("to") ?? "");
  // Also when it is one sentence: an address that names words as well leaves the style sheet without a target.
  if (target?.matches(".s")) markBetween(target, last?.matches(".s") ? last : target);
}

function markBetween(first, last) {
  const sentences = [...document.querySelectorAll(".s")];
  for (const sentence of sentences.slice(sentences.indexOf(first), sentences.indexOf(last) + 1)) {
    sentence.classList.add("marked");
  }
}

addEventListener("hashchange", mark);
mark();
