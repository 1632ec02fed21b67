// Back, to a form that was sent, has to find the key it was sent with. The address keeps it, as the
// page may be fetched anew.
for (const key of document.querySelectorAll("input[data-once]")) {
  const here = new URL(location);
  here.searchParams.set("key", key.value);
  history.replaceState(history.state, "", here);
}
