"""What the functions of a kernel are called with, and what they call."""

from __future__ import annotations

HEAD = (
    "i64 @scan(ptr noalias %columns, i64 %start, i64 %end, ptr noalias %state, ptr noalias %windows, "
    "ptr noalias %options, ptr noalias %pnl, ptr noalias %fired)"
)
LOOK = (
    "void @look(ptr noalias %columns, i64 %first, i64 %n, ptr noalias %state, "
    "ptr noalias %sketch, ptr noalias %marks)"
)
FIRST_COLUMNS = ("t", "block", "spot", "iv", "funded")
DECLARED = (
    "declare double @log(double) #0",
    "declare double @exp(double) #0",
    "declare double @erfc(double) #0",
    "declare double @llvm.sqrt.f64(double)",
    "declare double @llvm.fabs.f64(double)",
    "declare double @llvm.floor.f64(double)",
    "declare double @llvm.ceil.f64(double)",
    "declare i64 @llvm.fptosi.sat.i64.f64(double)",
    "declare i64 @llvm.abs.i64(i64, i1)",
    # The C library's functions as they are: nothing may be known of them but that they touch no memory.
    "attributes #0 = { nobuiltin nounwind willreturn memory(none) }",
)
