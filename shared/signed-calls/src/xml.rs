//! Elements of an XML answer.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

/// An element with its text and its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XmlElement {
    name: String,
    text: String,
    children: Vec<XmlElement>,
}

impl XmlElement {
    /// Parses a document. A document that is not XML is empty.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => {
                    let name = start.local_name().as_ref().to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Ok(Event::Text(text)) => append(&mut open, &text),
                Ok(Event::GeneralRef(entity)) => match entity.resolve_char_ref() {
                    Ok(Some(character)) => append(&mut open, character.encode_utf8(&mut [0; 4])),
                    _ => append(&mut open, resolve_xml_entity(&entity).unwrap_or_default()),
                },
                Ok(Event::End(_)) => close(&mut open),
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        while open.len() > 1 {
            close(&mut open);
        }
        open.pop().unwrap_or_default()
    }

    /// Returns the text of the first element with this name, at any depth.
    pub fn find_text(&self, name: &str) -> Option<&str> {
        self.find(name).map(|element| element.text.trim())
    }

    /// Returns the first element with this name, at any depth.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children
            .iter()
            .find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// Returns the members of a list.
    pub fn members(&self, list: &str) -> Vec<&Self> {
        let list = self.find(list).map_or(&[][..], |list| &list.children);
        list.iter().filter(|child| child.name == "member").collect()
    }
}

fn append(open: &mut [XmlElement], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn close(open: &mut Vec<XmlElement>) {
    if open.len() > 1
        && let Some(closed) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(closed);
    }
}

/// Returns the text of the first element with this name in a document.
pub(crate) fn text_of(text: &str, name: &str) -> Option<String> {
    XmlElement::parse(text).find_text(name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_list_are_found_at_any_depth() {
        let text = "<R xmlns=\"x\"><Result><List><member><Id>a</Id><Deep><Id>b</Id></Deep></member>\
                    <member><Id>c</Id></member></List></Result></R>";
        let document = XmlElement::parse(text);

        let members = document.members("List");

        let ids: Vec<_> = members.iter().filter_map(|member| member.find_text("Id")).collect();
        assert_eq!(ids, ["a", "c"]);
        assert_eq!(members[0].find("Deep").unwrap().find_text("Id"), Some("b"));
    }

    #[test]
    fn entities_of_a_text_are_resolved() {
        let document = XmlElement::parse("<R><Message>a &amp; b &#33;</Message></R>");

        assert_eq!(document.find_text("Message"), Some("a & b !"));
    }

    #[test]
    fn document_that_is_not_xml_has_no_elements() {
        assert_eq!(XmlElement::parse("no <xml").find_text("xml"), None);
    }
}
