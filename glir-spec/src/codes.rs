//! The codes of diagnostics: stable names for what can be wrong, the same on every interpreter.

wire_enum! {
    /// What a diagnostic is about. The message is one sentence with the particulars; the code is for machines.
    Code {
        /// The bytes of the head are not MessagePack, or end too early. The rest of the frame is lost.
        1 Malformed "malformed",
        /// Bytes follow the last command of a head.
        2 TrailingBytes "trailing-bytes",
        /// The opcode is not in the table.
        3 UnknownOpcode "unknown-opcode",
        /// An enumeration has no such value.
        4 UnknownValue "unknown-value",
        /// The command has too few arguments.
        5 MissingArgument "missing-argument",
        /// The command has too many arguments.
        6 ExtraArgument "extra-argument",
        /// An argument is of the wrong type.
        7 WrongType "wrong-type",
        /// A number is outside its range.
        8 OutOfRange "out-of-range",
        /// A limit of the language or of the interpreter is exceeded.
        9 LimitExceeded "limit-exceeded",
        /// The budget for storage is exceeded.
        10 BudgetExceeded "budget-exceeded",
        /// A payload lies outside its arena, or is not aligned.
        11 BadPayload "bad-payload",
        /// A payload names a blob that the stream has not brought.
        12 UnknownBlob "unknown-blob",
        /// No object has this id.
        13 UnknownId "unknown-id",
        /// The id is in use.
        14 IdInUse "id-in-use",
        /// The id 0 is reserved.
        15 ReservedId "reserved-id",
        /// The object is of another kind than the command takes.
        16 WrongKind "wrong-kind",
        /// The object could not be made, so it can't be used.
        17 InvalidObject "invalid-object",
        /// A feature is used that the stream's header does not name, or that the interpreter has not.
        18 FeatureMissing "feature-missing",
        /// The stream's version is not one that the interpreter reads.
        19 UnsupportedVersion "unsupported-version",
        /// The stream needs a profile or feature that the interpreter has not.
        20 UnsupportedStream "unsupported-stream",
        /// The payload's element type does not fit.
        21 WrongEncoding "wrong-encoding",
        /// The payload's length does not fit.
        22 WrongLength "wrong-length",
        /// A region lies outside its object.
        23 RegionOutside "region-outside",
        /// An offset or stride is not a multiple of the element's size.
        24 Misaligned "misaligned",
        /// The object has no storage yet: SIZE comes first.
        25 NoStorage "no-storage",
        /// The format can't be used so.
        26 BadFormat "bad-format",
        /// The combination of arguments means nothing.
        27 BadArgument "bad-argument",
        /// The slot is not in the program's interface.
        28 UnknownSlot "unknown-slot",
        /// The type differs from the declared one.
        29 TypeMismatch "type-mismatch",
        /// A shader does not compile, or the program does not link.
        30 ShaderError "shader-error",
        /// The linked program's interface is not the declared one.
        31 InterfaceMismatch "interface-mismatch",
        /// The program has no shaders yet.
        32 NoShaders "no-shaders",
        /// Something that the draw reads is not set.
        33 Unset "unset",
        /// The draw reads vertices, instances or indices outside a buffer.
        34 DrawOutside "draw-outside",
        /// The draw reads what it writes.
        35 FeedbackLoop "feedback-loop",
        /// The framebuffer can't be drawn to or read.
        36 IncompleteFramebuffer "incomplete-framebuffer",
        /// The texture can't be sampled as it is.
        37 IncompleteTexture "incomplete-texture",
        /// GROUP and END, or a query's begin and end, are not in pairs.
        38 Unbalanced "unbalanced",
        /// A command stands behind SWAP in the same frame.
        39 AfterSwap "after-swap",
        /// An extension is not declared by the interpreter.
        40 UnknownExtension "unknown-extension",
        /// The driver refused something that the check allowed.
        41 DriverError "driver-error",
        /// The driver is out of memory.
        42 OutOfMemory "out-of-memory",
        /// The context was lost.
        43 ContextLost "context-lost",
        /// Further diagnostics of the frame were not kept.
        44 TooManyDiagnostics "too-many-diagnostics",
        /// A chunk of the file is damaged and was left out.
        45 DamagedChunk "damaged-chunk",
    }
}
