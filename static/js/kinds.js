// Choosing another kind of work keeps what was typed: the form goes to the server, which draws it anew.
{
  const posting = document.querySelector("form[data-cost]");
  let typed = Boolean(posting.elements.title.value || posting.elements.description.value);
  posting.addEventListener("input", () => (typed = true));

  for (const link of document.querySelectorAll(".kinds a[data-kind]"))
    link.addEventListener("click", (event) => {
      if (!typed || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const kind = document.createElement("input");
      Object.assign(kind, { type: "hidden", name: "to_kind", value: link.dataset.kind });
      posting.append(kind);
      posting.submit();
    });
}
