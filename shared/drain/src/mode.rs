//! Modes: how much of its decisions ebb performs.

/// Mode of ebb: the actions of a decision that it performs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// ebb performs every action.
    #[default]
    Act,
    /// ebb writes nothing. It is for trials: an instance ends as if there were no ebb.
    Observe,
    /// ebb performs only the actions that keep a lifecycle action alive. It is for incidents that the operator handles.
    Hold,
}

impl Mode {
    /// Returns the value of `EBB_MODE`, and of the tag `ebb:mode`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Observe => "observe",
            Self::Hold => "hold",
        }
    }

    /// Returns the mode of a group with a tag. An operator who sets the deployment to `hold` stops every group that acts.
    #[must_use]
    pub fn with_tag(self, tag: Self) -> Self {
        match (self, tag) {
            (Self::Hold, Self::Act) => Self::Hold,
            (_, tag) => tag,
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "act" => Ok(Self::Act),
            "observe" => Ok(Self::Observe),
            "hold" => Ok(Self::Hold),
            _ => Err("act, observe or hold"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mode_is_parsed_from_its_value() {
        for mode in [Mode::Act, Mode::Observe, Mode::Hold] {
            assert_eq!(mode.as_str().parse(), Ok(mode));
        }
        assert_eq!("off".parse::<Mode>(), Err("act, observe or hold"));
    }

    #[test]
    fn tag_of_a_group_overrides_the_mode_of_the_deployment() {
        assert_eq!(Mode::Act.with_tag(Mode::Observe), Mode::Observe);
        assert_eq!(Mode::Act.with_tag(Mode::Hold), Mode::Hold);
        assert_eq!(Mode::Observe.with_tag(Mode::Act), Mode::Act);
    }

    #[test]
    fn deployment_on_hold_stops_a_group_whose_tag_says_act() {
        assert_eq!(Mode::Hold.with_tag(Mode::Act), Mode::Hold);
        assert_eq!(Mode::Hold.with_tag(Mode::Observe), Mode::Observe);
    }
}
