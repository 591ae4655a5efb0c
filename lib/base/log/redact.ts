/** Takes user and password out of every URL in a text; the host stays, since it is what one looks for. */
export const redactUrls = (text: string): string => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, "$1***@");
