"""Writes the pictures of docs/embedding.md: `make pictures`, with the service of `make serve` running.

Each shows the widget in a page of another site, made up here. Help, which depends on whom the operator names,
is made up too.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
ANSWERED = "In how many provinces were campaigns conducted in 2008?"
REFUSED = "How many arrests of foreign child sex offenders were there in 2015?"
SITE = """<!doctype html><html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>A site</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="{scheme}">
<style>
body {{ margin: 0 auto; max-width: 46rem; padding: 1.5rem; font: 17px/1.6 Georgia, "Liberation Serif", serif; }}
h1 {{ font-size: 1.7rem; line-height: 1.25; }}
{style}
</style><script type="module" src="/widget/1/ra.js"></script></head>
<body><main><h1>Monitoring what states do</h1>
<p>Our country reports look at laws, programmes and the help that children get. The report on Cambodia was published
in 2011; you can read it in full, or ask it a question.</p>
<report-assistant api="/v1" year="2011" {attributes}></report-assistant>
</main></body></html>"""
CONTACTS = [
    {"name": "Child Helpline International", "country": "international",
     "url": "https://childhelplineinternational.org/", "value": None},
    {"name": "APLE Cambodia", "country": "Cambodia", "url": "https://aplecambodia.org/reporting-page/", "value": None},
    {"name": "Take It Down", "country": "international", "url": "https://takeitdown.ncmec.org/", "value": None},
]  # fmt: skip
SUPPORT = {
    "answer_id": "x", "question": "", "status": "support", "text": "", "short_answer": None, "reason": None,
    "citations": [], "endnotes": [], "passages": [], "report": {"year": 2011},
    "help": {
        "kind": "support",
        "text": "You deserve help, and it is not your fault. You can talk to someone who listens, in private. "
        "We do not keep what you type.",
        "contacts": CONTACTS,
    },
}  # fmt: skip


def main(address: str) -> None:
    """Take all pictures of the widget of the service at `address`."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        inline = widget(browser, address, size=(800, 1300))
        ask(inline, ANSWERED, opened=True)
        take(inline, "inline", whole=True)
        dark = widget(browser, address, size=(800, 1300), scheme="dark")
        ask(dark, ANSWERED, opened=True)
        take(dark, "dark", whole=True)
        refusal = widget(browser, address, "feedback", size=(800, 900))
        ask(refusal, REFUSED)
        take(refusal, "refusal")
        right = widget(browser, address, "", size=(800, 1300), direction="rtl")
        ask(right, ANSWERED, opened=True)
        take(right, "right-to-left")
        card = widget(browser, address, size=(800, 900))
        stub(card.page, SUPPORT)
        ask(card, "Who can I talk to?")
        take(card, "help")
        floating = widget(browser, address, 'layout="floating"', size=(1000, 760))
        floating.get_by_role("button").first.click()
        ask(floating, ANSWERED)
        take(floating, "floating", whole=True)
        phone = widget(browser, address, 'layout="floating" open', size=(390, 844))
        ask(phone, ANSWERED)
        take(phone, "phone", whole=True)
        browser.close()


def widget(
    browser: Browser,
    address: str,
    attributes: str = "",
    *,
    size: tuple[int, int],
    scheme: str = "light",
    direction: str = "ltr",
) -> Locator:
    """The widget in the page of a site."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        reduced_motion="reduce",  # an answer is there at once
        is_mobile=size[0] < 480,
        has_touch=size[0] < 480,
    )
    page = context.new_page()
    dark = "body { background: #17191a; color: #e9e6df; }" if scheme == "dark" else ""
    html = SITE.format(attributes=attributes, scheme="light dark", dir=direction, style=dark)
    page.route("**/a-site", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/a-site")
    return page.locator("report-assistant")


def stub(page: Page, answer: dict) -> None:
    """Have a question answered with what is made up."""

    def reply(route) -> None:
        question = json.loads(route.request.post_data)["question"]
        route.fulfill(body=json.dumps(answer | {"question": question}), content_type="application/json")

    page.route("**/v1/ask", reply)


def ask(found: Locator, question: str, *, opened: bool = False) -> None:
    found.get_by_role("textbox").fill(question)
    found.get_by_role("textbox").press("Enter")
    found.locator("article:not([aria-busy])").wait_for()
    if opened:
        found.locator("summary").first.click()


def take(found: Locator, name: str, *, whole: bool = False) -> None:
    """Take a picture of the widget, or of the page around it as well."""
    found.page.mouse.move(0, 0)
    found.page.evaluate("scrollTo(0, 0)")
    path = FOLDER / f"widget-{name}.png"
    if not whole:
        found.screenshot(path=path)
    else:
        found.page.screenshot(path=path, full_page=found.get_attribute("layout") != "floating")
    # A few colours are enough for text, and a third of the size.
    Image.open(path).convert("RGB").quantize(48).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
