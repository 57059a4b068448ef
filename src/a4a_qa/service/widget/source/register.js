// Registers the element once, however often the script is loaded; an older one that is there already stays.

import { ReportAssistant } from "./element.js";

// Attributes that a program may read and set as properties.
const ATTRIBUTES = ["api", "layout", "strings-src", "exit-url", "help-url", "max-length", "heading-level", "source-target", "year"];

for (const attribute of ATTRIBUTES) {
  Object.defineProperty(ReportAssistant.prototype, attribute.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), {
    configurable: true,
    get() { return this.getAttribute(attribute) ?? ""; },
    set(value) { this.setAttribute(attribute, value); },
  });
}

if (!customElements.get("report-assistant")) customElements.define("report-assistant", ReportAssistant);
