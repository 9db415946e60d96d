//! The creation of topics, and a reader of their messages outside the world.

use super::PublishedMessage;
use crate::scenario::TopicSpec;
use crate::world::World;

impl World {
    /// Creates a topic with its subscriptions.
    pub(crate) fn create_topic(&mut self, spec: &TopicSpec) {
        self.sns.topics.insert(spec.name.clone(), spec.subscriptions.clone());
    }

    /// Returns the messages that were published to topics, in order.
    pub fn messages_published(&self) -> &[PublishedMessage] {
        &self.sns.published
    }
}
