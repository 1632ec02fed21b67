// Stand-ins for the simple crowd-* elements that many MTurk templates use: each becomes the ordinary
// input it stands for, before our other script looks at the page. Not a copy of Amazon's: no icons,
// no annotation of pictures. An element that is not listed here stays what it is, plain text.
addEventListener("DOMContentLoaded", () => {
  const take = (tag, build) => document.querySelectorAll(tag).forEach((old) => {
    const fresh = build(old);
    if (fresh !== old) old.replaceWith(fresh);
  });
  const make = (tag, attributes = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...inside);
    return element;
  };
  const asked = (old, names) => Object.fromEntries(names.filter((name) => old.hasAttribute(name)).map((name) => [name, old.getAttribute(name) || true]));
  const labelled = (words, field) => words ? make("label", {}, make("span", { textContent: words }), field) : field;

  take("crowd-form", (old) => make("form", {}, ...old.childNodes));
  take("crowd-input", (old) => labelled(old.getAttribute("label"), make("input", { type: old.getAttribute("type") || "text", value: old.getAttribute("value") || "", ...asked(old, ["name", "placeholder", "required", "min", "max"]) })));
  take("crowd-text-area", (old) => labelled(old.getAttribute("label"), make("textarea", { value: old.getAttribute("value") || "", ...asked(old, ["name", "placeholder", "required", "rows"]) })));
  take("crowd-slider", (old) => make("input", { type: "range", ...asked(old, ["name", "min", "max", "step", "value"]) }));
  take("crowd-radio-group", (old) => {
    const name = old.getAttribute("name") || old.querySelector("crowd-radio-button")?.getAttribute("name") || "choice";
    for (const button of old.querySelectorAll("crowd-radio-button")) button.dataset.group = name;
    return make("fieldset", {}, ...old.childNodes);
  });
  take("crowd-radio-button", (old) => make("label", {}, make("input", { type: "radio", name: old.dataset.group || old.getAttribute("name"), value: old.getAttribute("value") || old.getAttribute("name") || old.textContent.trim(), checked: old.hasAttribute("checked"), required: old.hasAttribute("required") }), " ", ...old.childNodes));
  take("crowd-checkbox", (old) => make("label", {}, make("input", { type: "checkbox", name: old.getAttribute("name"), value: old.getAttribute("value") || "on", checked: old.hasAttribute("checked"), required: old.hasAttribute("required") }), " ", ...old.childNodes));
  take("crowd-classifier", (old) => {
    let words = [];
    try { words = JSON.parse((old.getAttribute("categories") || "[]").replaceAll("'", '"')); } catch { /* the form then has no choices, which its maker sees in the preview */ }
    const choices = words.map((word) => make("label", {}, make("input", { type: "radio", name: old.getAttribute("name"), value: word, required: true }), " ", word));
    return make("fieldset", {}, make("legend", { textContent: old.getAttribute("header") || "" }), ...old.childNodes, ...choices);
  });
  take("crowd-button", (old) => make("button", { type: old.getAttribute("form-action") === "submit" || !old.hasAttribute("form-action") ? "submit" : "button" }, ...old.childNodes));
}, { capture: true });
