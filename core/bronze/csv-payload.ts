/** Makes the payload of CSV records: a JSON object of the texts of a record's fields by column, absent ones left out. */
export function csvPayload(columns: readonly string[]): (fields: readonly (string | null)[]) => string {
  const keys = columns.map((column) => `${JSON.stringify(column)}:`);
  return (fields) => {
    let members = '';
    for (let at = 0; at < keys.length; at++) {
      const field = fields[at];
      if (field === null || field === undefined) continue;
      members += (members === '' ? '' : ',') + keys[at] + JSON.stringify(field);
    }
    return `{${members}}`;
  };
}
