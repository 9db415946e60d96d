//! The stored parameters, as a reader outside the world sees them.

use std::collections::BTreeMap;

use crate::world::World;

impl World {
    /// Returns the values of all parameters by name.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        let parameters = self.ssm.parameters.values();
        parameters.map(|parameter| (parameter.name.clone(), parameter.value.clone())).collect()
    }
}
