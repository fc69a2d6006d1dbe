//! Sections of a navigation.

/// Defines an enum of sections in the order of the navigation, each with its path and the catalog
/// key of its name.
macro_rules! sections {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$attribute:meta])* $section:ident = $path:literal, $key:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name { $($(#[$attribute])* $section,)* }

        impl $name {
            $vis const ALL: [Self; [$($path),*].len()] = [$(Self::$section),*];

            $vis const fn path(self) -> &'static str {
                match self { $(Self::$section => $path),* }
            }

            $vis const fn key(self) -> &'static str {
                match self { $(Self::$section => $key),* }
            }
        }
    };
}

pub(crate) use sections;
