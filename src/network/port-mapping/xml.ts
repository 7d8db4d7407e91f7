/**
 * What stands between each `<name …>` and the next `</name>`, in their order. For what routers say, whose XML is flat where it matters and not always well-formed: nothing is
 * resolved or included, and time is linear in the text.
 */
export function elements(xml: string, name: string): string[] {
  const found: string[] = []
  let at = 0
  for (;;) {
    const start = openingOf(xml, name, at)
    if (start === undefined) return found
    const end = xml.indexOf(`</${name}>`, start)
    if (end === -1) return found
    found.push(xml.slice(start, end))
    at = end
  }
}

/** The text of the first such element, without what is around it. */
export function textOf(xml: string, name: string): string | undefined {
  const text = elements(xml, name)[0]?.trim()
  return text?.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity] ?? '')
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Where the content of the next such element begins. */
function openingOf(xml: string, name: string, from: number): number | undefined {
  for (let at = xml.indexOf(`<${name}`, from); at !== -1; at = xml.indexOf(`<${name}`, at + 1)) {
    const next = xml[at + name.length + 1] ?? ''
    if (next === '>') return at + name.length + 2
    if (!/\s/.test(next)) continue
    const close = xml.indexOf('>', at)
    return close === -1 ? undefined : close + 1
  }
  return undefined
}
