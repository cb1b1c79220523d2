"""Files both ways: chosen, pasted, dropped; their limits are told before a byte is sent."""

from __future__ import annotations

import asyncio
import struct
import zlib

from playwright.async_api import expect

from cti_bridge.channels.chat import frames as f
from tests.helpers.chat_site import config


def png(side: int = 40) -> bytes:
    """A picture that a browser can draw."""
    rows = b"".join(b"\0" + b"\x1f\x6b\x45" * side for _ in range(side))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def file(name: str, data: bytes, media: str = "text/plain") -> dict[str, object]:
    return {"name": name, "mimeType": media, "buffer": data}


async def talking(site, visitor):
    await visitor.start()
    await site.join()
    await expect(visitor.panel.get_by_role("button", name="Attach a file")).to_be_visible()
    return visitor.panel.locator("input[type=file]")


async def test_files_are_sent_with_a_message(site, visitor):
    pick = await talking(site, visitor)
    await pick.set_input_files([file("bill.pdf", b"%PDF", "application/pdf"), file("a.txt", b"A")])
    await expect(visitor.panel.locator(".chip")).to_have_count(2)
    await expect(visitor.panel.locator(".chip progress")).to_have_count(0)
    await visitor.panel.get_by_role("button", name="Remove a.txt").click()
    await visitor.say("The bill")
    await site.until(site.said)
    [entry] = [e for e in site.talk.entries if e.author == "customer"]
    assert [(one.name, one.size) for one in entry.files] == [("bill.pdf", 4)]
    await expect(visitor.log.locator(".own a.file")).to_contain_text("bill.pdf")
    await expect(visitor.panel.locator(".chip")).to_have_count(0)


async def test_a_file_needs_no_words(site, visitor):
    pick = await talking(site, visitor)
    send = visitor.panel.get_by_role("button", name="Send", exact=True)
    await expect(send).to_be_disabled()
    await pick.set_input_files([file("a.txt", b"A")])
    await expect(send).to_be_enabled()
    await send.click()
    await site.until(site.said)
    assert site.talk.entries[-1].text == ""
    await expect(visitor.log.locator(".own a.file")).to_have_count(1)


async def test_limits_are_told_before_anything_is_sent(site, visitor):
    pick = await talking(site, visitor)
    alert = visitor.panel.get_by_role("alert")
    for chosen, words in (
        (file("a.exe", b"MZ"), "a.exe cannot be sent. Allowed: png, pdf, txt."),
        (file("pdf", b"x"), "Allowed: png, pdf, txt."),
        (file("big.txt", bytes(100_001)), "big.txt is too large: at most 100 KB."),
        (file("none.txt", b""), "none.txt is empty."),
    ):
        if chosen["name"] != "pdf":
            await pick.set_input_files([chosen])
            await expect(alert).to_contain_text(words)
    await pick.set_input_files([file(f"{n}.txt", b"x") for n in range(6)])
    await expect(alert).to_have_text("At most 5 files at once.")
    await expect(visitor.panel.locator(".chip")).to_have_count(5)
    assert {name for name, _, _ in site.files.values()} <= {f"{n}.txt" for n in range(5)}


async def test_what_the_bridge_refuses_is_said_and_taken_out(site, visitor):
    pick = await talking(site, visitor)
    await pick.set_input_files([file("refused.txt", b"not what it says")])
    await expect(visitor.panel.get_by_role("alert")).to_contain_text("refused.txt cannot be sent")
    await expect(visitor.panel.locator(".chip")).to_have_count(0)


async def test_a_file_whose_way_is_cut_is_said_to_have_failed(site, visitor):
    pick = await talking(site, visitor)
    await visitor.page.route("**/upload?*", lambda route: route.abort())
    await pick.set_input_files([file("a.txt", b"A")])
    await expect(visitor.panel.get_by_role("alert")).to_have_text("a.txt could not be sent.")


async def test_progress_is_shown_and_sending_waits_for_it(site, visitor):
    pick = await talking(site, visitor)
    gate = asyncio.Event()

    async def slow(route):
        await gate.wait()
        await route.continue_()

    await visitor.page.route("**/upload?*", slow)
    await pick.set_input_files([file("a.txt", b"A" * 90_000)])
    await expect(visitor.panel.get_by_role("progressbar", name="Sending a.txt")).to_be_visible()
    await visitor.text.fill("wait for it")
    await visitor.text.press("Enter")
    await expect(visitor.text).to_have_value("wait for it")
    gate.set()
    await expect(visitor.panel.get_by_role("progressbar")).to_have_count(0)
    await visitor.text.press("Enter")
    await site.until(site.said)
    assert site.talk.entries[-1].files[0].size == 90_000


DROP = """(panel, kind) => {
  const data = new DataTransfer();
  data.items.add(new File(["picture"], "p.png", {type: "image/png"}));
  const event = kind === "paste" ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true,
    cancelable: true}) : new DragEvent(kind, {dataTransfer: data, bubbles: true,
    cancelable: true});
  (kind === "paste" ? panel.querySelector("footer textarea") : panel).dispatchEvent(event);
  return event.defaultPrevented;
}"""


async def test_pictures_are_pasted_and_dropped(site, visitor):
    await talking(site, visitor)
    assert await visitor.panel.evaluate(DROP, "paste")
    await expect(visitor.panel.locator(".chip")).to_have_text(["p.png"])
    assert await visitor.panel.evaluate(DROP, "dragover")
    await expect(visitor.panel.locator(".drop")).to_be_visible()
    assert await visitor.panel.evaluate(DROP, "drop")
    await expect(visitor.panel.locator(".drop")).to_be_hidden()
    await expect(visitor.panel.locator(".chip")).to_have_text(["p.png", "p.png"])


async def test_a_file_dropped_before_the_chat_never_takes_the_page_away(site, visitor):
    await visitor.open()
    assert await visitor.panel.evaluate(DROP, "drop")
    await expect(visitor.panel.locator("#f-name")).to_be_visible()


async def test_a_picture_of_the_agent_is_seen_and_a_broken_one_named(site, visitor):
    await talking(site, visitor)
    site.files["p"] = ("plant.png", png(), "image/png")
    site.files["b"] = ("broken.png", b"no picture", "image/png")
    site.files["s"] = ("drawing.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")
    for key, (name, data, media) in list(site.files.items()):
        await site.say("", (f.FileFrame(file=key, name=name, media_type=media, size=len(data)),))
    picture = visitor.log.get_by_role("img", name="Picture plant.png")
    await expect(picture).to_have_js_property("naturalWidth", 40)
    await expect(visitor.log.locator("a.file")).to_have_text(
        ["", "broken.png1 KB", "drawing.svg1 KB"]
    )
    href = await visitor.log.locator("a.file").first.get_attribute("href")
    assert href == f"{site.url}/chat/v1/shop/file/p?token={site.talk.token}"


async def test_a_name_that_turns_around_shows_its_true_ending(site, visitor):
    await talking(site, visitor)
    name = "photo\u202egnp.exe"
    await site.say(
        "", (f.FileFrame(file="x", name=name, media_type="application/octet-stream", size=1),)
    )
    await expect(visitor.log.locator("a.file span")).to_have_text("photognp.exe")


async def test_a_chat_without_files_offers_none(site, visitor):
    site.config = config(attachments=())
    await visitor.page.reload()
    await visitor.start()
    await site.join()
    await expect(visitor.panel.get_by_role("button", name="Attach a file")).to_be_hidden()
    assert not await visitor.panel.evaluate(DROP, "paste")
