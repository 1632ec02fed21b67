// Shows what a task or a batch will cost while one types: <form data-cost data-fee="<basis points>">,
// for a batch with data-rows. The server computes it again; without this script the figures are simply
// not shown beforehand.
const form = document.querySelector("[data-cost]");
const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });

// "12,50", "12.50" and "1.250,00" as the server reads them; "1.250" can be read in two ways and is not read.
function number(name) {
  const written = (form.elements[name]?.value ?? "").replace(/[^0-9.,]/g, "");
  if (/^\d+[.,]\d{3}$/.test(written)) return 0;
  return Number.parseFloat(written.replace(/[.,](?=\d{3}(\D|$))/g, "").replace(",", ".")) || 0;
}

function show(name, cents) {
  form.querySelector(`[data-cost-${name}]`).textContent = cents > 0 ? euros.format(cents / 100) : "–";
}

// A shift's time follows from its hours, less the break, and is never below its minimum.
function minutesOfWork() {
  if (form.elements.estimate_seconds) return number("estimate_seconds") / 60;
  if (!form.elements.starts_at) return number("estimate_minutes");
  const long = (new Date(form.elements.ends_at.value) - new Date(form.elements.starts_at.value)) / 60000;
  return long > 0 ? Math.max(long - number("break_minutes"), number("minimum_paid_minutes")) : 0;
}

function compute() {
  const rows = Number(form.dataset.rows ?? 1), people = rows * number(form.elements.redundancy ? "redundancy" : "slot_count");
  const pay = Math.round(number("pay_cents") * 100);
  const minutes = minutesOfWork();
  const extra = Number(form.querySelector("[data-extra]:checked")?.dataset.extra ?? 0);
  const fee = Math.floor((pay * Number(form.dataset.fee) + 5000) / 10000);
  const count = form.querySelector("[data-cost-count]");
  if (count) count.textContent = people;
  show("pay", pay * people);
  show("fee", fee * people);
  show("total", pay > 0 ? (pay + fee) * people + extra : 0);
  show("hourly", minutes > 0 ? Math.floor((pay * 60) / minutes) : 0);
}

form.addEventListener("input", compute);
compute();
