/**
 * Says so when another model answered than was asked for. Names of one model differ in harmless ways:
 * a vendor's path before it, a date or a file ending behind it, letter case.
 */
export function modelMismatch(requested: string, answered: string): string | undefined {
  if (requested === "" || answered === "") return undefined;
  const [asked, got] = [lastSegment(requested), lastSegment(answered)];
  if (got.startsWith(asked) || asked.startsWith(got)) return undefined;
  return `The model server answered as "${answered}" although "${requested}" was asked for`;
}

function lastSegment(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}
