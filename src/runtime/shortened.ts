/**
 * A text of at most so many code points, the last of them an ellipsis where something was cut. Code points, so that no
 * character is cut in two.
 */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const codePoints = [...text.slice(0, 2 * longest + 1)];
  return codePoints.length <= longest ? text : `${codePoints.slice(0, longest - 1).join('')}…`;
}
