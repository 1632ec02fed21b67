// Runs inside the frame of a client's template. Answers leave by a message to the page around it,
// which checks and hands them in: forms are not allowed to go anywhere from here.
(() => {
// No policy that browsers know stops a peer connection, which tells anybody the worker's address. So
// there is none here; and no frame inside, which would have its own.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Object.defineProperty(globalThis, name, { value: undefined });
const NESTED = "iframe, frame, object, embed, fencedframe";
function keepFlat(root) {
  new MutationObserver(() => root.querySelectorAll(NESTED).forEach((nested) => nested.remove())).observe(root, { childList: true, subtree: true });
  return root;
}
keepFlat(document);
const { attachShadow } = Element.prototype;
Object.defineProperty(Element.prototype, "attachShadow", { value(options) { return keepFlat(attachShadow.call(this, { ...options, clonable: false })); } });
// What makes shadow trees out of text would make unwatched ones; the server takes them out of the template.
for (const kind of [Element, ShadowRoot]) delete kind.prototype.setHTMLUnsafe;
delete Document.parseHTMLUnsafe;
for (const name of ["write", "writeln"]) {
  Object.defineProperty(Document.prototype, name, { value(...texts) { document.currentScript?.insertAdjacentHTML("beforebegin", texts.join("")); } });
}

const { site, submit: submitWords } = document.currentScript.dataset;
const say = (kind, more) => parent.postMessage({ taakplein: kind, ...more }, site);

function pairsOf(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string").slice(0, 2000);
}

function send(form) {
  say("answers", { pairs: pairsOf(form) });
}

// A sandbox without allow-forms never fires "submit", so a press of the button stands for it. Return
// in a field presses the button too.
function press(form, button) {
  if (!form.noValidate && !button?.formNoValidate && !form.reportValidity()) return;
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: button ?? null });
  if (!form.dispatchEvent(event)) return;
  const pairs = pairsOf(form);
  if (button?.name) pairs.push([button.name, button.value]);
  say("answers", { pairs });
}
HTMLFormElement.prototype.submit = function () { send(this); };
HTMLFormElement.prototype.requestSubmit = function (button) { press(this, button); };

function refill(pairs) {
  const left = new Map();
  for (const [name, value] of pairs) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of document.querySelectorAll("input[name], textarea[name], select[name]")) {
    const values = left.get(field.name);
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = values?.includes(field.value) ?? false;
    else if (field.multiple) for (const option of field.options) option.selected = values?.includes(option.value) ?? false;
    else if (values?.length && !field.matches("[type=hidden], [type=submit], [type=file]")) field.value = values.shift();
  }
}

addEventListener("message", (event) => {
  if (event.source === parent && event.origin === site && Array.isArray(event.data?.restore)) refill(event.data.restore);
});

addEventListener("DOMContentLoaded", () => {
  for (const form of document.forms) {
    if (!form.querySelector("[type=submit], button:not([type])")) {
      const button = form.appendChild(document.createElement("p")).appendChild(document.createElement("button"));
      button.textContent = submitWords;
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, input[type=submit], input[type=image]");
    if (!button?.form || !["submit", "image"].includes(button.type)) return;
    event.preventDefault();
    press(button.form, button);
  });
  let timer = 0;
  const note = () => {
    clearTimeout(timer);
    timer = setTimeout(() => document.forms[0] && say("draft", { pairs: pairsOf(document.forms[0]) }), 800);
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  new ResizeObserver(() => say("height", { height: document.body.getBoundingClientRect().bottom + scrollY })).observe(document.body);
  say("ready");
});
})();
