// Marks all sentences of a quote: the address names the first by its anchor, and the last by «to».

function mark() {
  for (const marked of document.querySelectorAll(".marked")) marked.classList.remove("marked");
  const target = document.getElementById(location.hash.slice(1));
  target?.closest("details")?.setAttribute("open", "");
  const last = document.getElementById(new URLSearchParams(location.search).get("to") ?? "");
  if (target?.matches(".s") && last?.matches(".s")) markBetween(target, last);
}

function markBetween(first, last) {
  const sentences = [...document.querySelectorAll(".s")];
  for (const sentence of sentences.slice(sentences.indexOf(first), sentences.indexOf(last) + 1)) {
    sentence.classList.add("marked");
  }
}

addEventListener("hashchange", mark);
mark();
