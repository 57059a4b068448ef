// Puts this page's own address into the sample requests, and sends them from here.

for (const request of document.querySelectorAll(".request")) {
  const { method, path, body } = request.dataset;
  const line = request.querySelector("pre");
  line.textContent = line.textContent.replace("http://127.0.0.1:8000", location.origin);

  const buttons = document.createElement("div");
  buttons.className = "buttons";
  const send = button("Send", `Send ${method} ${path}`);
  const copy = button("Copy", `Copy the request ${method} ${path}`);
  buttons.append(send, copy);
  const typed = body === undefined ? null : document.createElement("textarea");
  if (typed) {
    typed.value = body;
    typed.spellcheck = false;
    typed.setAttribute("writingsuggestions", "false");
    typed.setAttribute("aria-label", `Body of ${method} ${path}`);
    request.append(typed);
  }
  const reply = document.createElement("div");
  reply.className = "reply";
  reply.setAttribute("role", "status");
  request.append(buttons, reply);

  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(line.textContent);
    copy.textContent = "Copied";
  });
  send.addEventListener("click", async () => {
    reply.textContent = "Sending …";
    reply.replaceChildren(...await ask(method, path, typed?.value));
  });
}

function button(words, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.setAttribute("aria-label", label);
  return made;
}

async function ask(method, path, body) {
  const note = document.createElement("p");
  const shown = document.createElement("pre");
  shown.tabIndex = 0;
  const started = performance.now();
  try {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const reply = await fetch(path, { method, body, headers, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
    const text = await reply.text();
    note.textContent = `${reply.status} in ${Math.round(performance.now() - started)} ms`;
    shown.textContent = reply.headers.get("content-type")?.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    note.textContent = "The service cannot be reached.";
    return [note];
  }
  return [note, shown];
}
