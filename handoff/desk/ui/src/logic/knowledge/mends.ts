/** What the server asks to be mended, in the reader's language. It speaks English; the common ones are said here too. */
import { language } from "../words";

const SPANISH: readonly (readonly [RegExp, string])[] = [
  [/^this key is missing; add it$/, "falta; escríbelo"],
  [/^this text is missing; write it$/, "falta este texto; escríbelo"],
  [/^this language is missing; write it$/, "falta en este idioma; escríbelo"],
  [/^(\d+) phrasings; write at least (\d+), as customers write$/, "$1 preguntas; escribe al menos $2, como las escribe la clientela"],
  [/^(\d+) segments of (\S+) because of (.+); at most (\d+), better (\d+)$/, "$1 segmentos en $2 por $3; como mucho $4, mejor $5"],
  [/^(\d+) segments of (\S+); at most (\d+), better (\d+)$/, "$1 segmentos en $2; como mucho $3, mejor $4"],
  [/^HTML and the signs < and > are not allowed$/, "no se admiten HTML ni los signos < y >"],
  [/^code marks are not allowed$/, "no se admiten marcas de código"],
  [/^headings are not allowed; use \*\*bold\*\*$/, "no se admiten encabezados; usa **negrita**"],
  [/^tables and rules are not allowed$/, "no se admiten tablas ni líneas"],
  [/^pictures are not allowed$/, "no se admiten imágenes"],
  [/^a link is \[words\]\(https:\/\/…\), \(mailto:…\) or \(tel:…\)$/, "un enlace es [palabras](https://…), (mailto:…) o (tel:…)"],
  [/^a bracket stands alone; a link is \[words\]\(https:\/\/…\)$/, "hay un corchete suelto; un enlace es [palabras](https://…)"],
  [/^a bare address; write \[words\]\(https:\/\/…\)$/, "una dirección suelta; escribe [palabras](https://…)"],
  [/^Markdown is not shown on a phone; write plain words$/, "en un SMS no se ve el formato; escribe palabras sin marcas"],
  [/^an address in a text message begins with https:\/\/$/, "una dirección en un SMS empieza por https://"],
  [/^\{(\w+)\} is not declared under values$/, "{$1} no está entre los valores"],
  [/^\{(\w+)\} is optional; put its words in \[\[…\]\]$/, "{$1} no siempre está; pon sus palabras entre [[…]]"],
  [/^no text uses this value; remove it$/, "ningún texto usa este valor; quítalo"],
  [/^has characters that are not allowed here$/, "tiene caracteres que aquí no se admiten"],
  [/^write a date like (\S+)$/, "escribe una fecha como $1"],
  [/^is empty; write the text$/, "está vacío; escribe el texto"],
  [/^an id never changes; write another entry instead$/, "el nombre corto no cambia nunca; escribe otra respuesta"],
  [/^the author cannot approve their own text; a second person must$/, "quien la escribió no puede aprobarla; debe hacerlo otra persona"],
  [/^lacks (.+) of ([\w.]+); make the two agree$/, "le falta $1 de $2; haz que coincidan"],
  [/^says (.+), which ([\w.]+) does not; make the two agree$/, "dice $1 y $2 no; haz que coincidan"],
  [/^says (.+), which ([\w.]+) does not and lacks (.+) of ([\w.]+); make the two agree$/, "dice $1, que $2 no dice, y le falta $3; haz que coincidan"],
];

/** `message` in the reader's language where there is a word for it, else as it came. */
export function mended(message: string): string {
  if (language.value !== "es") return message;
  return message
    .split(/; (?=this |\d+ |HTML|code|headings|tables|pictures|a link|a bracket|a bare|Markdown|an address|says |lacks )/)
    .map(one)
    .join("; ");
}

function one(message: string): string {
  for (const [pattern, words] of SPANISH) if (pattern.test(message)) return message.replace(pattern, words);
  return message;
}
