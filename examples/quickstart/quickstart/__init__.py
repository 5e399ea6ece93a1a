"""Is a tumour malignant? Answered from measurements of its cells."""
