//! Files that a replay reads: a scenario or recorded events, distinguished by content.

mod content;
mod text;

pub(crate) use content::{InputContent, content_of};
pub(crate) use text::{input_text, is_standard_input};
