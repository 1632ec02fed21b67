// "Are you sure?" for any submit button with data-confirm. The form is sent only after a yes.
const dialog = document.getElementById("confirm");
let waiting = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (!button || !button.form || button === waiting || !dialog.showModal) return;
  event.preventDefault();
  if (!button.form.reportValidity()) return;
  const yes = document.getElementById("confirm-yes");
  document.getElementById("confirm-title").textContent = button.dataset.confirm;
  document.getElementById("confirm-note").textContent = button.dataset.confirmNote || "";
  yes.textContent = button.dataset.confirmYes || yes.dataset.usual;
  dialog.returnValue = "";
  waiting = button;
  dialog.showModal();
});

dialog?.addEventListener("close", () => {
  const button = waiting;
  // The click that follows belongs to the answer, so it must not ask again.
  if (button && dialog.returnValue === "yes") button.click();
  waiting = null;
});

// Menus made of <details> close when one clicks beside them or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
