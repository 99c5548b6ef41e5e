"""What `import convcalc` offers for reports: `convcalc.summary`, `convcalc.check` and `convcalc.assert_fits`."""
