// Characters that are not seen but change what is seen: direction overrides, zero-width and other controls.
// Joiners stay, because emoji and some scripts need them.

const MISLEADING = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

/** For showing. */
export const neutral = (text: string): string => text.replace(MISLEADING, "");

/** For sending: what the server would refuse as binary, such as a pasted vertical tab. */
export const sendable = (text: string): string => text.replace(/\r\n?/g, "\n").replace(CONTROLS, "").toWellFormed();
