// A library that is not a plug-in.
/// What nobody calls.
@_cdecl("something_else")
public func somethingElse() -> Int { 0 }
