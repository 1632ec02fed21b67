// Folds every <details data-fold> on a phone; on a wide screen it stays open and needs no handle.
const narrow = matchMedia("(max-width: 47.99rem)");

function fold() {
  for (const details of document.querySelectorAll("details[data-fold]")) details.open = !narrow.matches;
}
narrow.addEventListener("change", fold);
fold();
