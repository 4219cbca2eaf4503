// A library that is not a plug-in.
@_cdecl("something_else")
public func somethingElse() -> Int { 0 }
