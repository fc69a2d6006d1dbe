//! Enums whose variants are words in paths.

/// Defines an enum with the word of each variant in a path or a filter.
#[macro_export]
macro_rules! path_words {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $name { $($(#[$note])* $variant,)+ }

        impl $name {
            /// All variants, in order.
            $visibility const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            $visibility const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}
