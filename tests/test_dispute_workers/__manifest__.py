{
    "name": "Test Dispute Suite with Workers",
    "version": "19.0.1.0.0",
    "summary": "Tests that commit: several workers at once, killed ones, and failures in the middle",
    "category": "Hidden/Tests",
    "author": "Dispute Suite",
    "license": "LGPL-3",
    "depends": ["test_dispute_suite"],
}
