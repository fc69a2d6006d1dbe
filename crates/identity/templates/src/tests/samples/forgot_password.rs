use super::Sampled;
use crate::forgot_password::Forgot;
use crate::layout::Layout;

impl Sampled for Forgot {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |missing| Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            missing,
        };
        vec![("normal", page(false)), ("missing", page(true))]
    }
}
