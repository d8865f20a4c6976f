// ---- Search for names, kinds, settings and shapes, as people type them.

const [query, count] = [find("#ui-query"), find("#ui-count")];

/** The results, and the index of the one shown. */
let [results, result] = [[], -1];
/** Normalizes text: `Max pool`, `max-pool` and `max_pool` are the same, and so are `3×3` and `3x3`. */
const plain = (text) => text.toLowerCase().replace(/[×*]/g, "x").replace(/(\d),(?=\d{3})/g, "$1").replace(/[\s_-]/g, "");
const isNumber = (word) => /^\d/.test(word);
/** Whether a text contains a word; numbers must match as a whole or, if `loose`, at their beginning. */
function isIn(word, text, loose) {
  if (!isNumber(word)) return text.includes(word);
  const end = loose || /\D$/.test(word) ? "" : "(?!\\.?\\d)";
  return new RegExp(`(?<![\\d.])${word.replace(/\W/g, "\\$&")}${end}`).test(text);
}

/** Whether a part has all words, in any order. Beside the name of a setting, a number must be its value; if `loose`, a
 * shape may match anything. */
function matches(part, words, loose) {
  part.told ??= [["", part.name], ["", part.label], ...part.details].map((fact) => fact.map(plain));
  const named = part.told.filter(([name]) => words.some((word) => !isNumber(word) && name.includes(word)));
  return words.every((word) => {
    const isValue = isNumber(word) && named.length > 0 && !(loose && word.includes("x"));
    return (isValue ? named : part.told).some((fact) => fact.some((text) => isIn(word, text, loose)));
  });
}

function search() {
  const typed = query.value.replace(/(\d)\s*[x×*]\s*(?=\d)/gi, "$1x");
  const words = typed.split(/[\s=:;()[\]]+|,(?!\d{3})/).map(plain).filter(Boolean);
  const all = order.filter((part) => foldOf(part)?.stand !== part);
  const found = (loose) => all.filter((part) => words.length > 0 && matches(part, words, loose));
  results = found(false);
  if (results.length === 0) results = found(true);
  // Parts with that name come first.
  const rank = ({ name }) => [plain(name) === words.join(""), words.every((word) => plain(name).includes(word)), true].indexOf(true);
  results.sort((a, b) => rank(a) - rank(b));
  result = -1;
  for (const id of ["#ui-previous", "#ui-next"]) find(id).disabled = results.length === 0;
  if (results.length > 0) nextResult(1);
  else if (words.length > 0) count.textContent = "none";
  else count.textContent = "";
  if (results.length === 0) look({ focus: null });
}
function nextResult(by) {
  if (results.length === 0) return;
  result = (result + by + results.length) % results.length;
  count.textContent = `${result + 1} of ${results.length}`;
  show(results[result]);
}
query.addEventListener("input", search);
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter") nextResult(event.shiftKey ? -1 : 1);
  else if (event.key !== "Escape") return;
  else if (results.length > 0) go(results[Math.max(result, 0)]);
  else query.blur();
  event.preventDefault();
});
find("#ui-next").onclick = () => nextResult(1);
find("#ui-previous").onclick = () => nextResult(-1);

