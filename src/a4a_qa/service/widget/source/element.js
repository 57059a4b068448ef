// <report-assistant>: a question, and its answer in the words of a report. Nothing is kept: what was asked lives
// in this object until the page is left or «Clear» is pressed, and no event says what it was.

import { ENGLISH, STYLE, VERSION } from "./built.js";
import { drawQuestion, drawTurn } from "./drawing.js";
import { fill, icon, link, make } from "./elements.js";
import { NARROW, TOUCH, bringIntoView, fitHeight, focusOn, keepAboveKeyboard, placePanel, stepAside } from "./focus.js";
import { EXIT, leaveFor, watchShift } from "./leaving.js";
import { Problem, askService, chooseStrings, sendFeedback, trusted } from "./network.js";

const MOST_HISTORY = 5;
const ARROW = "M10 16V4m-5 5 5-5 5 5";
const BUBBLE = "M4 3h12a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H9l-4 3.5V14H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z";
let panels = 0;

export class ReportAssistant extends HTMLElement {
  static observedAttributes = ["open"];

  /** @type {import("./answer.js").Strings} */ #t = ENGLISH;
  /** @type {import("./answer.js").Parts | null} */ #parts = null;
  /** @type {URL | null} */ #api = null;
  /** @type {string[]} */ #history = [];
  /** @type {AbortController | null} */ #waiting = null;
  /** @type {[boolean, string]} */ #last = [false, ""];
  /** @type {HTMLElement | null} */ #from = null;
  /** @type {AbortController | null} */ #listening = null;

  async connectedCallback() {
    // What was set before the script had run would hide the property of that name.
    for (const [name, value] of Object.entries(this)) {
      if (Reflect.deleteProperty(this, name)) Reflect.set(this, name, value);
    }
    const { signal } = (this.#listening = new AbortController());
    watchShift(() => { if (this.#exitUrl && this.#parts) this.#leave(); }, signal);
    // The browser may keep a page for Back, where the next person would read what was asked.
    window.addEventListener("pagehide", () => this.#forget(), { signal });
    NARROW.addEventListener("change", () => this.#place(), { signal });
    if (this.#parts) return this.#settle();
    this.#api = trusted(this.getAttribute("api"));
    if (!this.#api) {
      console.warn("report-assistant: api must be an https address or on this machine");
      return void this.#tell("error", { code: "setup" });
    }
    // With an own base, api/ask and help are found wherever the service is mounted.
    if (!this.#api.pathname.endsWith("/")) this.#api.pathname += "/";
    const wanted = /** @type {HTMLElement | null} */ (this.closest("[lang]"))?.lang.toLowerCase().split("-")[0];
    this.#t = await chooseStrings(wanted ?? "en", this.#host, trusted(this.getAttribute("strings-src")));
    if (this.#parts || !this.isConnected) return;
    this.#build();
    this.#tell("ready", { version: VERSION });
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.stop();
  }

  attributeChangedCallback() {
    if (!this.#parts || !this.#floats || this.#parts.panel.hidden !== this.open) return;
    const { launcher, panel } = this.#parts;
    const inside = this.shadowRoot?.activeElement ?? this.matches(":focus-within"); // in a modal dialog only the first tells
    if (this.open) this.#from = /** @type {HTMLElement | null} */ (document.activeElement);
    panel.hidden = !this.open;
    launcher.hidden = this.open;
    launcher.setAttribute("aria-expanded", String(this.open));
    this.#place();
    if (!this.open && inside) {
      launcher.focus();
      this.#from?.focus(); // does nothing where it cannot be focused any more
    }
    this.#tell(this.open ? "open" : "close");
  }

  get open() { return this.hasAttribute("open"); }
  set open(value) { this.toggleAttribute("open", Boolean(value)); }

  #place() { placePanel(this.#parts?.panel, this.open); }

  // In the page, for the first time or after it was moved.
  #settle() {
    const { signal } = /** @type {AbortController} */ (this.#listening);
    if (this.#floats) {
      stepAside(this.#ui.launcher, signal);
      keepAboveKeyboard(this.#ui.panel, signal);
    }
    this.#place();
  }

  // The box, unless that would call up a keyboard in front of what there is to read.
  #focusBox() { (TOUCH.matches ? this.#ui.panel : this.#ui.input).focus({ preventScroll: true }); }

  /** @param {string} text */
  #write(text) {
    this.#ui.input.value = text;
    fitHeight(this.#ui.input);
  }

  // Only asked for once they are there.
  get #ui() { return /** @type {import("./answer.js").Parts} */ (this.#parts); }
  get #base() { return /** @type {URL} */ (this.#api); }
  get #floats() { return this.getAttribute("layout") === "floating"; }
  get #host() { return new URL("..", this.#base); }
  get #level() { return Math.min(4, Math.max(2, Number(this.getAttribute("heading-level")) || 2)); }
  get #longest() { return Number(this.getAttribute("max-length")) || 500; }

  /** Opens the floating panel. */
  show() {
    if (!this.#floats || this.open) return;
    this.open = true;
    if (this.#parts) this.#focusBox();
  }

  /** Closes it; the focus goes back to where it came from. */
  hide() { if (this.#floats) this.open = false; }

  /** Asks as if the text had been typed. @param {string} text */
  async ask(text) {
    if (!this.#parts || this.#waiting) return;
    this.show();
    this.#write(text);
    await this.#submit();
  }

  /** Stops waiting for an answer. */
  stop() { this.#waiting?.abort("stopped"); }

  /** Forgets every question and answer of this page. */
  clear() {
    this.#forget();
    if (this.#parts) this.#focusBox();
    this.#tell("clear");
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#parts = this.#draw();
    root.append(make("div", "", { class: `ra ${this.#floats ? "floating" : "inline"}`, lang: this.#t.lang },
      this.#floats ? this.#parts.launcher : null, this.#parts.panel));
    this.#settle();
  }

  #draw() {
    const t = this.#t;
    const launcher = make("button", "launcher", { type: "button", "aria-expanded": "false", hidden: this.open, click: () => this.show() },
      icon(BUBBLE, 22), make("span", "", {}, t.launcher));
    const input = make("textarea", "input", {
      id: "input", rows: 1, placeholder: t.placeholder, autocomplete: "off", spellcheck: "false", writingsuggestions: "false", enterkeyhint: "send",
      lang: "en", dir: "auto", "aria-describedby": "hint problem",
      keydown: (/** @type {KeyboardEvent} */ event) => this.#watchEnter(event), input: () => { fitHeight(input); this.#checkLength(); },
    });
    const send = make("button", "send-button", { type: "submit", "aria-label": t.send }, icon(ARROW));
    const stop = make("button", "stop-button", { type: "button", hidden: true, click: () => this.stop() }, t.stop);
    const clear = make("button", "clear-button", { type: "button", hidden: true, click: () => this.clear() }, t.clear);
    const problem = make("p", "", { id: "problem", class: "problem", role: "alert" });
    const retry = make("button", "", { type: "button", hidden: true, click: () => this.#again() }, t.retry);
    const transcript = make("div", "transcript");
    const go = make("button", "", { type: "button", hidden: true, class: "go", click: () => focusOn(transcript, "article:last-child > [tabindex]") }, t.go);
    const status = make("p", "", { role: "status", class: "unseen" });
    const suggestions = make("slot", "", { name: "suggestions", click: (/** @type {Event} */ event) => this.#suggest(event) });
    const year = this.getAttribute("year");
    const leaving = this.#exitUrl !== null;
    const intro = make("div", "", { class: "intro" },
      make("p", "notice", {}, fill(year ? t.notice : t.notice_undated, { year })),
      make("p", "hint", {}, make("span", "", { id: "hint" }, t.hint), leaving ? make("span", "", { class: "keys" }, ` ${t.exit_hint}`) : null));
    const tabs = make("p", "hint", { hidden: true }, t.exit_tabs); // which leaving cannot reach
    const form = make("form", "form", { submit: () => this.#submit() },
      status, problem, retry, make("label", "label", { for: "input", class: "unseen" }, t.label),
      make("div", "", { class: "box" }, input, go, send, stop), leaving ? tabs : null,
      make("div", "", { class: "ways" }, this.#drawHelp(), make("p", "hint", { class: "keys" }, t.hint_keys)));
    const body = make("div", "", { class: "body" }, intro, transcript, suggestions,
      make("div", "", { class: "foot" }, make("slot", "", { name: "help" }), clear));
    const panel = make(this.#floats ? "dialog" : "section", "panel", {
      "aria-label": panels++ ? `${t.title} ${panels}` : t.title, tabindex: -1, hidden: this.#floats && !this.open,
      click: (/** @type {Event} */ event) => { if (/** @type {Element} */ (event.target).closest("[target=_blank]")) tabs.hidden = false; },
      cancel: () => this.hide(), keydown: (/** @type {KeyboardEvent} */ { key, isComposing }) => { if (key === "Escape" && !isComposing) this.hide(); },
    }, this.#drawHeader(), body, form);
    return { launcher, panel, input, send, stop, clear, problem, retry, go, status, transcript, suggestions };
  }

  #drawHeader() {
    const [t, exit] = [this.#t, this.#exitUrl];
    return make("header", "header", {}, make(/** @type {"h2"} */ (`h${this.#level}`), "title", {}, t.title),
      exit ? make("a", "exit-button", { href: exit, rel: "noreferrer", click: () => this.#leave() }, t.exit) : null,
      this.#floats ? make("button", "close-button", { type: "button", "aria-label": t.close, click: () => this.hide() }, "×") : null);
  }

  #drawHelp() {
    const help = trusted(this.getAttribute("help-url")) ?? new URL("help", this.#host);
    return link(help, this.#t.help, { t: this.#t, target: this.#target }, { part: "help-link" });
  }

  get #target() { return this.getAttribute("source-target") === "_self" ? "_self" : "_blank"; }
  get #exitUrl() {
    const given = this.getAttribute("exit-url");
    return given === "off" ? null : (trusted(given)?.href ?? EXIT);
  }

  async #submit(aboutReport = false, again = "") {
    const { input, send, stop, clear, go, status, transcript, suggestions } = this.#ui;
    const question = again || input.value.trim();
    if (this.#waiting) return;
    if (!question) return this.#refuse("empty");
    if ([...question].length > this.#longest) return this.#refuse("too_long");
    if (!this.#tell("submit", { length: question.length }, true)) return;
    const stopper = (this.#waiting = new AbortController());
    const started = performance.now();
    const turn = drawQuestion(question, this.#level, this.#t);
    this.#last = [aboutReport, again];
    this.#refuse("");
    status.textContent = this.#t.working;
    send.setAttribute("aria-disabled", "true");
    stop.hidden = false;
    if (!again) this.#write("");
    if (TOUCH.matches || this.shadowRoot?.activeElement === go) this.#focusBox();
    go.hidden = true;
    transcript.append(turn);
    bringIntoView(turn);
    try {
      const asked = { question, history: [...this.#history], ...(aboutReport ? { about_report: true } : {}) };
      const answer = await askService(new URL("ask", this.#base), asked, stopper);
      this.#showAnswer(turn, answer, question);
      if (this.querySelector("[slot=suggestions]:focus-within")) this.#focusBox(); // what has the focus goes away
      suggestions.hidden = true;
      clear.hidden = false;
      this.#tell("answer", { answerId: answer.answer_id, sourceCount: answer.citations.length, ms: Math.round(performance.now() - started) });
    } catch (error) {
      const code = error instanceof Problem ? error.code : "cut"; // what cannot be drawn is no answer
      turn.remove();
      status.textContent = code === "stopped" ? this.#t.stopped : "";
      if (code !== "forgotten" && !again && !input.value) this.#write(question);
      if (!["stopped", "forgotten"].includes(code)) this.#refuse(code, true);
    } finally {
      this.#waiting = null;
      send.removeAttribute("aria-disabled");
      if (this.shadowRoot?.activeElement === stop) this.#focusBox();
      stop.hidden = true;
      go.hidden = !transcript.hasChildNodes();
    }
  }

  /** @param {HTMLElement} asked @param {import("./answer.js").Answer} answer @param {string} question */
  #showAnswer(asked, answer, question) {
    const { send, go, input, status } = this.#ui;
    const turn = drawTurn(answer, {
      t: this.#t, host: this.#host, level: this.#level, target: this.#target, year: answer.report.year,
      // Nor is it asked whether the report says who somebody is.
      feedback: this.hasAttribute("feedback") && !["support", "declined"].includes(answer.status) && answer.reason?.code !== "person",
      openSource: (marker) => focusOn(turn, `details[data-marker="${Number(marker)}"] > summary`),
      sourceOpened: (sourceId) => this.#tell("source-open", { sourceId }),
      askAboutReport: () => this.#submit(true, question),
      giveFeedback: (answerId, value) => {
        this.#tell("feedback", { answerId, value });
        return sendFeedback(new URL("feedback", this.#base), answerId, value);
      },
    });
    // Someone's need is not carried on into later questions, nor what was asked as being about the report after all.
    const follows = !this.#last[0] && !["support", "declined"].includes(answer.status);
    if (follows && this.#history.at(-1) !== question) this.#history = [...this.#history, question].slice(-MOST_HISTORY);
    asked.replaceWith(turn);
    status.textContent = this.#t.ready;
    // The next stop of Tab, wherever the focus is; it never moves by itself.
    (this.shadowRoot?.activeElement === send ? send : input).after(go);
    bringIntoView(turn);
  }

  /** @param {Event} event */
  #suggest(event) {
    const chosen = /** @type {Element} */ (event.target).closest("button, [data-question]");
    if (!chosen || this.#waiting) return;
    this.#focusBox(); // what was pressed goes away
    this.ask(chosen.getAttribute("data-question") ?? chosen.textContent?.trim() ?? "");
  }

  /** Says what is wrong; the question stays where it is. @param {string} code */
  #refuse(code, again = false) {
    const { input, problem, retry } = this.#ui;
    const words = code && fill(this.#t[`error_${code}`] ?? this.#t.error_internal, { most: this.#longest });
    if (problem.textContent !== words) problem.replaceChildren(words, ...(code === "not_ready" ? [" ", this.#drawHelp()] : []));
    input.setAttribute("aria-invalid", String(["empty", "too_long", "invalid"].includes(code)));
    retry.hidden = !again;
    if (code) this.#tell("error", { code });
  }

  #again() {
    this.#focusBox(); // the button goes away
    this.#submit(...this.#last);
  }

  #checkLength() {
    const { input, problem } = this.#ui;
    const over = [...input.value.trim()].length > this.#longest;
    const told = problem.textContent === fill(this.#t.error_too_long, { most: this.#longest });
    if (over !== told) this.#refuse(over ? "too_long" : "");
  }

  #forget() {
    this.#waiting?.abort("forgotten");
    this.#history = [];
    this.#last = [false, ""];
    if (!this.#parts) return;
    const { transcript, status, go, clear, suggestions } = this.#parts;
    transcript.replaceChildren();
    this.#write("");
    status.textContent = "";
    this.#refuse("");
    go.hidden = clear.hidden = true;
    suggestions.hidden = false;
  }

  /** @param {KeyboardEvent} event */
  #watchEnter(event) {
    // The Enter that ends a composed character asks nothing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #leave() {
    this.#tell("exit");
    this.#forget();
    leaveFor(this.#exitUrl ?? EXIT);
  }

  /** @param {string} name @param {object} [detail] */
  #tell(name, detail = {}, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(`ra-${name}`, { detail, bubbles: true, composed: true, cancelable }));
  }
}
