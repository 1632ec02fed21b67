// The light/dark switch. The choice is a cookie, so that the server renders it and nothing flashes.
for (const group of document.querySelectorAll("[data-theme-switch]")) {
  const root = document.documentElement;
  const show = () => {
    for (const part of group.querySelectorAll("button")) {
      part.setAttribute("aria-pressed", String(part.value === (root.dataset.theme || "")));
    }
  };
  group.addEventListener("click", (event) => {
    const part = event.target.closest("button");
    if (!part) return;
    if (part.value) root.dataset.theme = part.value;
    else delete root.dataset.theme;
    document.cookie = `theme=${part.value};path=/;max-age=${part.value ? 31536000 : 0};samesite=lax`;
    show();
  });
  group.hidden = false;
  show();
}
