//! Marks of HTML in what people write: `<br>` ends a line, no name goes over `<b>`.

/// What a tag does to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// It begins or ends a line.
    Line,
    /// It stands inside of one.
    Inline,
}

/// Elements that stand in lines of their own, and the others (HTML Living Standard, sections 4.3 to 4.9).
const LINES: &str = " br p div li ul ol dl dt dd tr td th table tbody thead tfoot h1 h2 h3 h4 h5 h6 hr html body head center \
                     blockquote pre section article header footer main address ";
const INLINE: &str = " b i u em strong span small big sub sup code font s del ins mark kbd abbr q cite ";

/// Reads a tag without attributes at the beginning of a text, and tells its length; those with attributes may hold a name.
pub(super) fn tag(text: &str) -> Option<(usize, Tag)> {
    /// Letters of the longest name of an element.
    const NAME_MAX: usize = 10;
    let inside = text.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let len = inside.bytes().take(NAME_MAX + 1).take_while(u8::is_ascii_alphanumeric).count();
    let (name, behind) = inside.split_at_checked(len)?;
    let behind = behind.trim_start_matches(' ');
    let rest = behind.strip_prefix('/').unwrap_or(behind).strip_prefix('>')?;
    let is_in = |names: &str| names.split(' ').any(|known| !known.is_empty() && known.eq_ignore_ascii_case(name));
    let tag = if is_in(LINES) {
        Tag::Line
    } else if is_in(INLINE) {
        Tag::Inline
    } else {
        return None;
    };
    Some((text.len() - rest.len(), tag))
}

/// Gives what stands between the first tags of a text that begins with one, whatever their attributes.
pub(super) fn between(text: &str) -> impl Iterator<Item = &str> {
    /// Tags that are looked at.
    const TAGS_MAX: usize = 16;
    let marked = text.starts_with('<');
    let parts = text.split('<').take(TAGS_MAX).filter(move |_| marked);
    parts.filter_map(|part| part.split_once('>')).map(|(_, inside)| inside.trim()).filter(|inside| !inside.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_tags_is_read() {
        let text = |text: &'static str| between(text).collect::<Vec<_>>();
        assert_eq!(text("<p>Ada Byron</p>"), ["Ada Byron"]);
        assert_eq!(text("<li><a href=\"/x?y\"> Ada Byron </a>, Tom</li>"), ["Ada Byron", ", Tom"]);
        assert!(text("a <b>Ada</b>").is_empty() && text("<").is_empty() && text("<p").is_empty());
    }

    #[test]
    fn elements_without_attributes_are_tags() {
        for (text, expected) in [
            ("<br>next", Some((4, Tag::Line))),
            ("<br />", Some((6, Tag::Line))),
            ("</P>", Some((4, Tag::Line))),
            ("<strong>Ada", Some((8, Tag::Inline))),
            ("<Ada>", None),
            ("<p class=\"Ada\">", None),
            ("<", None),
            ("< br>", None),
            ("<>", None),
            ("<br", None),
            ("a<br>", None),
        ] {
            assert_eq!(tag(text), expected, "{text}");
        }
    }
}
