//! Values of features that live as long as the context, such as their caches. Each is made when it is first
//! asked for.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

use crate::prelude::*;

/// The values of features, one of each type.
#[derive(Default)]
pub struct Parts(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Parts {
    /// Returns the value of a type, which all workers share.
    pub fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let part = parts
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        Arc::clone(part).downcast().unwrap_or_default()
    }

    /// Forgets all values, which are caches.
    pub fn clear(&self) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.clear();
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn part_of_type_is_shared() {
        let parts = Parts::default();
        parts.get::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(parts.get::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert!(parts.get::<String>().is_empty());
    }
}
