// Shows what a task or a batch will cost while one types: <form data-cost data-fee="<basis points>">,
// for a batch with data-rows. The server computes it again; without this script the figures are simply
// not shown beforehand.
const form = document.querySelector("[data-cost]");
const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });

// An amount as `cents_written` (ledger/rules.py) reads it; "1.250" can be read in two ways and is not read.
const AMOUNT = /^(?:\d{1,12}([.,]\d{1,2})?|\d{1,3}(?:,\d{3})+(\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(,\d{1,2})?|\d{1,3}(?:\s\d{3})+([.,]\d{1,2})?)$/;

// Cents, or NaN for what the form would refuse: nothing that is computed from it is shown then.
function cents(name) {
  const field = form.elements[name], written = field.value.replaceAll("€", "").trim();
  const found = AMOUNT.exec(written);
  if (!found || /^\d+[.,]\d{3}$/.test(written)) return NaN;
  const decimals = found.slice(1).find(Boolean) ?? "";
  const whole = written.slice(0, written.length - decimals.length).replace(/\D/g, "");
  const amount = Number(whole) * 100 + Number(decimals.slice(1).padEnd(2, "0"));
  return amount < Number(field.dataset.leastCents) || amount > Number(field.dataset.mostCents) ? NaN : amount;
}

// A whole number within the limits of its field, or NaN.
function number(name) {
  const { value, validity } = form.elements[name];
  return /^\d+$/.test(value) && validity.valid ? Number(value) : NaN;
}

function show(name, amount) {
  form.querySelector(`[data-cost-${name}]`).textContent = amount > 0 ? euros.format(amount / 100) : "–";
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
  const pay = cents("pay_cents"), minutes = minutesOfWork();
  const extra = Number(form.querySelector("[data-extra]:checked")?.dataset.extra ?? 0);
  const fee = Math.floor((pay * Number(form.dataset.fee) + 5000) / 10000);
  const count = form.querySelector("[data-cost-count]");
  if (count) count.textContent = people || "–";
  show("pay", pay * people);
  show("fee", fee * people);
  show("total", (pay + fee) * people + extra);
  show("hourly", minutes > 0 ? Math.floor((pay * 60) / minutes) : 0);
}

form.addEventListener("input", compute);
compute();
